import type { Topic } from '../../protocol/index.js';
import { assignmentRace } from '../assignment-race/scenario.js';
import { driverAssignment } from '../driver-assignment/scenario.js';
import { liveTracking } from '../live-tracking/scenario.js';
import { locationHistory } from '../location-history/scenario.js';
import { nearestDriver } from '../nearest-driver/scenario.js';
import { surgePricing } from '../surge-pricing/scenario.js';

export const drivers: Topic = {
  title: 'Drivers and geography',
  scenarios: [assignmentRace, surgePricing, nearestDriver, driverAssignment, locationHistory, liveTracking],
};
