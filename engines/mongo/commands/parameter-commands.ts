import { isDoc, show, type Doc } from '../values/document.js';
import { CommandError } from './command-error.js';
import { requireAdmin, type Command } from './command.js';
import { PARAMETER_DEFAULTS, type Parameters } from './parameters.js';

const READ_ONLY = { featureCompatibilityVersion: { version: '7.0' } };

/** `getParameter`: the parameters that are asked for, or all with `'*'`. */
export const getParameter: Command = {
  run: (command, context) => {
    requireAdmin(context, 'getParameter');
    const all: Doc = { ...context.server.parameters, ...READ_ONLY };
    const wanted = command['getParameter'];
    if (wanted === '*' || (isDoc(wanted) && wanted['allParameters'] === true)) return all;
    const found = Object.entries(all).filter(([name]) => name in command);
    if (found.length === 0) throw new CommandError('InvalidOptions', 'no option found to get');
    return Object.fromEntries(found);
  },
};

/** `setParameter`: one parameter at a time, answered with its value before. */
export const setParameter: Command = {
  run: (command, context) => {
    requireAdmin(context, 'setParameter');
    const { parameters } = context.server;
    const [name = '', value] = Object.entries(command).find(([key]) => key !== 'setParameter' && !isGeneric(key)) ?? [];
    if (!isParameter(name)) {
      const message = `attempted to set unrecognized parameter [${name}], use help:true to see options `;
      throw new CommandError('InvalidOptions', message);
    }
    const was = parameters[name];
    const valid = name === 'ttlMonitorEnabled' ? typeof value === 'boolean' : typeof value === 'number' && value > 0;
    if (!valid) throw new CommandError('BadValue', `Invalid value for parameter ${name}: ${show(value)}`);
    Object.assign(parameters, { [name]: value });
    return { was };
  },
};

function isParameter(name: string): name is keyof Parameters {
  return name in PARAMETER_DEFAULTS;
}

function isGeneric(key: string): boolean {
  return key.startsWith('$') || key === 'lsid' || key === 'comment';
}
