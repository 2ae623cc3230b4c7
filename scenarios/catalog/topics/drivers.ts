import type { Topic } from '../../protocol/index.js';
import { assignmentRace } from '../assignment-race/scenario.js';

export const drivers: Topic = { title: 'Drivers', scenarios: [assignmentRace] };
