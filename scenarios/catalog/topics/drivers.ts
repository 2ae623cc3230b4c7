import type { Topic } from '../../protocol/index.js';
import { assignmentRace } from '../assignment-race/scenario.js';
import { surgePricing } from '../surge-pricing/scenario.js';

export const drivers: Topic = { title: 'Drivers', scenarios: [assignmentRace, surgePricing] };
