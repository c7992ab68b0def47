/**
 * Keeps write errors of an output stream from ending the process in the middle of a deletion. A closed pipe (`| head`)
 * is ignored; a full disk or a closed terminal sets exit code 1.
 */
export function ignoreBrokenPipe(stream: NodeJS.WriteStream): void {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') process.exitCode ||= 1;
  });
}
