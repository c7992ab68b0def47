import { type Protocol, requestIdHeaders } from './protocol.js';
import type { Structure } from './value.js';
import { writeElement } from './xml.js';

/** The AWS Query protocol of STS and IAM: form requests, XML answers. */
export function queryProtocol(namespace: string): Protocol {
  const document = (name: string, content: string) => `<${name} xmlns="${namespace}">${content}</${name}>`;
  return {
    contentType: 'text/xml',
    requestIdHeaders,

    writeOutput(operation, output, requestId) {
      const result = output === undefined ? '' : writeElement(`${operation}Result`, output);
      const metadata = writeElement('ResponseMetadata', { RequestId: requestId });
      return { status: 200, body: document(`${operation}Response`, `${result}${metadata}`) };
    },

    writeError(error, requestId) {
      const details: Structure = {
        Type: error.status >= 500 ? 'Receiver' : 'Sender',
        Code: error.code,
        Message: error.message,
      };
      const body = `${writeElement('Error', details)}${writeElement('RequestId', requestId)}`;
      return { status: error.status, body: document('ErrorResponse', body) };
    },
  };
}

/** Parses form parameters; of a repeated name, the first counts. */
export function parseForm(body: string): Record<string, string> {
  const parameters: Record<string, string> = {};
  for (const [name, value] of new URLSearchParams(body)) parameters[name] ??= value;
  return parameters;
}
