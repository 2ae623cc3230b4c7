/** This service has no defence that a learner may turn off yet. */
export const notificationKnobs = {};
