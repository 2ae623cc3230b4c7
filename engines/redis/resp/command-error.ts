/** A command that cannot be done: `message` is sent as it is, so it starts with the error code. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
}

/** Redis's own wording; clients and libraries look for it. */
export const errors = {
  wrongType: () => new CommandError('WRONGTYPE Operation against a key holding the wrong kind of value'),
  arity: (command: string) => new CommandError(`ERR wrong number of arguments for '${command}' command`),
  syntax: () => new CommandError('ERR syntax error'),
  notInteger: () => new CommandError('ERR value is not an integer or out of range'),
  notFloat: () => new CommandError('ERR value is not a valid float'),
  notPositive: () => new CommandError('ERR value is out of range, must be positive'),
  overflow: () => new CommandError('ERR increment or decrement would overflow'),
  notANumber: () => new CommandError('ERR increment would produce NaN or Infinity'),
  noSuchKey: () => new CommandError('ERR no such key'),
  indexOutOfRange: () => new CommandError('ERR index out of range'),
  invalidExpire: (command: string) => new CommandError(`ERR invalid expire time in '${command}' command`),
  tooLong: () => new CommandError('ERR string exceeds maximum allowed size (proto-max-bulk-len)'),
  unknownSubcommand: (container: string, subcommand: string) =>
    new CommandError(`ERR unknown subcommand '${subcommand.slice(0, 128)}'. Try ${container.toUpperCase()} HELP.`),
};
