export { latestAnswers } from './progress.js';
export type { Answer, Progress, Rating, Session, StoredCard } from './progress.js';
export { addAnswer, addSession, markRead, progressFile, readProgress, studyFolder } from './progress-file.js';
