/** This service has no defence that a learner may turn off: claiming a driver is one atomic write or it is wrong. */
export const driverKnobs = {};
