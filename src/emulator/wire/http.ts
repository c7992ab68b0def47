/** An HTTP request to the emulator, from a socket or directly from a test. */
export interface HttpRequest {
  readonly method: string;
  /** Path and query string, as in the request line. */
  readonly path: string;
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: string;
}

export interface HttpResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}
