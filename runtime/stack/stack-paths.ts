import { join } from 'node:path';

/** The log of one process. */
export const logFileOf = (folder: string, name: string): string => join(folder, 'logs', `${name}.log`);

/** The data of one process; its working directory too. */
export const dataDirOf = (folder: string, name: string): string => join(folder, 'data', name);
