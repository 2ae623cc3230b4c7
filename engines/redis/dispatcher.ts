import { resetSession } from './commands/connections.js';
import type { Command } from './commands/command.js';
import { growsMemory } from './commands/memory-growth.js';
import { monitorLine } from './commands/monitor-line.js';
import { CommandTable } from './commands/table.js';
import { CommandError, errors } from './resp/command-error.js';
import { ErrorReply, QUEUED, Status } from './resp/reply.js';
import type { Reply } from './resp/reply.js';
import type { CommandRunner, ServerState } from './state/server-state.js';
import type { Session } from './state/session.js';

const WHILE_SUBSCRIBED = new Set(['subscribe', 'unsubscribe', 'psubscribe', 'punsubscribe', 'ping', 'quit', 'reset']);
const NOT_IN_TRANSACTIONS = new Set(['subscribe', 'unsubscribe', 'psubscribe', 'punsubscribe', 'monitor', 'shutdown']);
const NEVER_QUEUED = new Set(['exec', 'discard', 'multi', 'watch', 'quit', 'reset']);

const MAY_WRITE = new Set(['eval', 'evalsha', 'publish']);
const OUT_OF_MEMORY = "OOM command not allowed when used memory > 'maxmemory'.";

/** Finds and runs commands: for connections, and, inside EXEC and scripts, for other commands. */
export class Dispatcher implements CommandRunner {
  readonly #table = new CommandTable();
  readonly #server: () => ServerState;

  constructor(server: () => ServerState) {
    this.#server = server;
  }

  /** Runs one request of a client, and lets those go on who waited for what it wrote. */
  handle(session: Session, args: readonly string[]): Reply {
    const server = this.#server();
    server.tick();
    session.lastUsedAt = server.now;
    const found = this.#check(args);
    if (found instanceof ErrorReply) {
      if (session.transaction) session.transaction.failed = true;
      server.statistics.errors += 1;
      return found;
    }
    session.lastCommand = found.name;
    const refusal = this.#checkMemory(session, found);
    if (refusal) return refusal;
    if (session.subscriptionCount > 0 && session.version === 2 && !WHILE_SUBSCRIBED.has(found.name)) {
      return new ErrorReply(
        `ERR Can't execute '${found.name}': only (P|S)SUBSCRIBE / (P|S)UNSUBSCRIBE / PING / QUIT / RESET are allowed in this context`,
      );
    }
    if (session.transaction && !NEVER_QUEUED.has(found.name)) {
      if (NOT_IN_TRANSACTIONS.has(found.name)) {
        session.transaction.failed = true;
        return new ErrorReply('ERR Command not allowed inside a transaction');
      }
      session.transaction.queued.push([...args]);
      session.transaction.writes ||= found.kind === 'write' || MAY_WRITE.has(found.name);
      session.transaction.grows ||= growsMemory(found.name);
      return QUEUED;
    }
    const reply = this.#execute(session, found, args);
    server.blocked.serve();
    return reply;
  }

  /** Whether the request has to wait for the end of a CLIENT PAUSE. */
  mustWait(session: Session, args: readonly string[]): boolean {
    if (this.#server().pause.mode === 'all') return true;
    const found = this.#check(args);
    if (found instanceof ErrorReply) return false;
    const { name, kind } = found;
    if (session.transaction && !NEVER_QUEUED.has(name)) return false;
    return kind === 'write' || MAY_WRITE.has(name) || (name === 'exec' && session.transaction?.writes === true);
  }

  run(session: Session, args: readonly string[]): Reply {
    const found = this.#check(args);
    return found instanceof ErrorReply ? found : this.#execute(session, found, args);
  }

  runFromScript(session: Session, args: readonly string[], { readOnly }: { readonly readOnly: boolean }): Reply {
    const found = this.#check(args);
    if (found instanceof ErrorReply) {
      if (found.text.startsWith('ERR unknown')) return new ErrorReply('ERR Unknown Redis command called from script');
      return new ErrorReply('ERR Wrong number of args calling Redis command from script');
    }
    if (found.noScript) return new ErrorReply('ERR This Redis command is not allowed from script');
    if (this.#server().outOfMemory && growsMemory(found.name)) return new ErrorReply(OUT_OF_MEMORY);
    if (readOnly && found.kind === 'write')
      return new ErrorReply('ERR Write commands are not allowed from read-only scripts.');
    return this.#execute(session, found, args, 'lua');
  }

  /** Forgets everything about a session whose connection has ended. */
  forget(session: Session): void {
    const server = this.#server();
    resetSession(server, session);
    server.blocked.forget(session);
    server.sessions.delete(session.id);
  }

  #check(args: readonly string[]): Command | ErrorReply {
    const found = this.#table.find(args);
    if ('missing' in found) {
      if (found.missing === 'subcommand')
        return new ErrorReply(errors.unknownSubcommand(found.name, args[1] ?? '').message);
      return new ErrorReply(found.missing === 'arguments' ? errors.arity(found.name).message : unknownCommand(args));
    }
    const { command } = found;
    const fits = command.arity > 0 ? args.length === command.arity : args.length >= -command.arity;
    return fits ? command : new ErrorReply(errors.arity(command.name).message);
  }

  /** Makes room for what the command may write; what cannot be done for lack of room is refused, and fails the transaction. */
  #checkMemory(session: Session, { name }: Command): ErrorReply | undefined {
    const server = this.#server();
    if (server.settings.maxmemory === 0) {
      server.outOfMemory = false;
      return undefined;
    }
    server.outOfMemory = !server.eviction.makeRoom();
    const { transaction } = session;
    if (!server.outOfMemory) return undefined;
    if (name === 'exec' && transaction?.grows) {
      session.transaction = undefined;
      server.watches.unwatch(session);
      return new ErrorReply(`EXECABORT Transaction discarded because of: ${OUT_OF_MEMORY}`);
    }
    if (!growsMemory(name) && (!transaction || NEVER_QUEUED.has(name))) return undefined;
    if (transaction) transaction.failed = true;
    return new ErrorReply(OUT_OF_MEMORY);
  }

  #execute(session: Session, command: Command, args: readonly string[], source = session.link.address): Reply {
    const server = this.#server();
    if (server.monitors.size > 0) {
      const line = new Status(monitorLine(server.now, session.database, source, args));
      for (const monitor of server.monitors) monitor.link.send(line);
    }
    const started = performance.now();
    let reply: Reply;
    try {
      reply = command.handle({ server, session, db: server.database(session.database) }, args);
    } catch (error) {
      if (error instanceof CommandError) reply = new ErrorReply(error.message);
      else {
        server.log(
          'error',
          `${command.name} failed unexpectedly: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
        );
        reply = new ErrorReply(
          `ERR internal error in '${command.name}': ${error instanceof Error ? error.message : String(error)}`,
        );
      }
    }
    server.statistics.recordCommand(command.name, performance.now() - started, reply instanceof ErrorReply);
    return reply;
  }
}

function unknownCommand(args: readonly string[]): string {
  const [name = '', ...rest] = args;
  let beginning = '';
  for (const word of rest) {
    if (beginning.length >= 128) break;
    beginning += `'${word.slice(0, 128 - beginning.length)}' `;
  }
  return `ERR unknown command '${name.slice(0, 128)}', with args beginning with: ${beginning}`;
}
