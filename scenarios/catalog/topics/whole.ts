import type { Topic } from '../../protocol/index.js';
import { lunchRush } from '../lunch-rush/scenario.js';

export const whole: Topic = { title: 'The whole', scenarios: [lunchRush] };
