/**
 * A reader that has seen enough (`| head`), a full disk behind `>` or a terminal that is gone is no reason to stop
 * half way through a deletion; the latter two are told by the exit code.
 */
export function ignoreBrokenPipe(stream: NodeJS.WriteStream): void {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') process.exitCode ||= 1;
  });
}
