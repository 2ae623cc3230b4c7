import { ExpectedError } from '@quickbite/runtime/errors';

/**
 * Turns an output that is gone (a closed pipe, a terminal that was closed) into an abort, so that a run undoes itself; by
 * default Node would end the process in the middle of it.
 */
export function abortOnBrokenOutput(): AbortSignal {
  const controller = new AbortController();
  const onError = (cause: unknown): void => {
    controller.abort(
      new ExpectedError('The output was closed during the run; everything has been undone.', {
        next: 'Write it to a file with "--json > result.json" instead.',
        exitCode: 130,
        cause,
      }),
    );
  };
  // The handlers stay: what is written after the end of the run must not crash the process either.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', onError);
  return controller.signal;
}
