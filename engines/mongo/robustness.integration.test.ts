import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { deserialize } from 'bson';
import { describe, expect, it } from 'vitest';
import { useServer } from './behaviours/fixture.test.js';
import { startEmbedded, temporaryFolder } from './testing/spawn-server.test.js';
import { framed, opMsg } from './testing/wire-messages.test.js';

const server = useServer(startEmbedded);

/** Sends bytes and gives what came back until the server closed or answered. */
async function exchange(bytes: Buffer): Promise<Buffer> {
  const socket = connect(server.port(), '127.0.0.1');
  socket.write(bytes);
  const answer = await new Promise<Buffer>((resolve) => {
    socket.once('data', resolve);
    socket.once('close', () => resolve(Buffer.alloc(0)));
  });
  socket.destroy();
  return answer;
}

describe('malformed messages', () => {
  const huge = framed(2013, Buffer.alloc(0), 2 ** 31 - 1);
  const cases: [string, Buffer][] = [
    ['a length below the header', framed(2013, Buffer.alloc(0), 3)],
    ['a negative length', framed(2013, Buffer.alloc(0), -5)],
    ['a length beyond the limit', huge],
    ['an unknown opcode', framed(1234, Buffer.alloc(8))],
    ['an HTTP request', Buffer.from('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n')],
    ['an OP_MSG without a section', framed(2013, Buffer.alloc(4))],
    ['a section of an unknown kind', framed(2013, Buffer.from([0, 0, 0, 0, 9, 5, 0, 0, 0, 0]))],
    ['a section longer than its message', framed(2013, Buffer.from([0, 0, 0, 0, 0, 200, 0, 0, 0, 0]))],
    ['a required flag that does not exist', framed(2013, opMsg({ ping: 1, $db: 'x' }, 4))],
    ['a wrong checksum', framed(2013, Buffer.concat([opMsg({ ping: 1, $db: 'x' }, 1), Buffer.from([1, 2, 3, 4])]))],
    ['a short OP_QUERY', framed(2004, Buffer.from([0, 0, 0, 0, 97, 0]))],
  ];
  it.each(cases)('with %s end their own connection and no other', async (_name, bytes) => {
    expect(await exchange(bytes)).toHaveLength(0);
    expect(await server.db().command({ ping: 1 })).toMatchObject({ ok: 1 });
  });

  it('with broken BSON in a valid frame are answered with an error', async () => {
    const body = opMsg({ ping: 1, text: 'abc', $db: 'x' });
    body.writeInt32LE(500, body.indexOf('text') + 5);
    const answer = await exchange(framed(2013, body));
    expect(deserialize(answer.subarray(21))).toMatchObject({ ok: 0, code: 22 });
  });
});

describe('the program', () => {
  const main = fileURLToPath(new URL('../dist/mongo/main.js', import.meta.url));
  const run = async (...args: string[]) => {
    const child = spawn(process.execPath, [main, ...args]);
    let stderr = '';
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
    const [code] = (await once(child, 'close')) as [number];
    return { code, stderr };
  };

  it('says what is wrong with its port or its data folder, and exits 1', async () => {
    await using folder = await temporaryFolder();
    expect(await run('--port', 'http', '--data', folder.path)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('expected --port with a number') as string,
    });
    const taken = await run('--port', String(server.port()), '--data', folder.path);
    expect(taken).toMatchObject({ code: 1, stderr: expect.stringContaining('it is taken') as string });
    const file = await run('--port', '0', '--data', path.join(main, 'below-a-file'));
    expect(file).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('expected a data folder that can be written') as string,
    });
  });
});
