import { ExpectedError } from '../errors/index.js';

/** Another program took the port between the planning and the launch. Planning again helps. */
export class PortLostError extends ExpectedError {}
