import { createHash } from 'node:crypto';
import type { AwsError } from '../aws-error.js';
import type { HttpBinding } from './http-binding.js';
import type { Protocol } from './protocol.js';
import { writeElement, writeMembers, type XmlDialect } from './xml.js';

const DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n';

/** S3 names list entries by the singular (`Buckets` → `Bucket`) and writes milliseconds. */
const DIALECT: XmlDialect = {
  entryOf: (list) => list.replace(/s$/, ''),
  formatTimestamp: (date) => date.toISOString(),
};

/** A REST service's own wording of a Query service error. */
export interface Rewording {
  readonly code: string;
  readonly status: number;
  /** Default: the original message. */
  readonly message?: string;
}

/**
 * The REST XML protocol of S3: no wrapper element around an error, two request ids, and bodies that are not always XML.
 */
export function restXmlProtocol(
  namespace: string,
  bindings: Readonly<Record<string, HttpBinding>>,
  rewordings: Readonly<Record<string, Rewording>>,
): Protocol {
  return {
    contentType: 'application/xml',
    requestIdHeaders: (requestId) => ({ 'x-amz-request-id': requestId, 'x-amz-id-2': hostId(requestId) }),

    writeOutput(operation, output) {
      const form = bindings[operation]?.responseBody;
      if (form === undefined || output === undefined) return { status: 204, body: '' };
      if ('member' in form) return { status: 200, body: String(output[form.member]) };
      const content = writeMembers(output, DIALECT);
      return {
        status: 200,
        body: `${DECLARATION}<${form.element} xmlns="${namespace}">${content}</${form.element}>`,
      };
    },

    writeError(error, requestId) {
      const { code, status, message } = reword(error, rewordings);
      const ids = { RequestId: requestId, HostId: hostId(requestId) };
      const details = { Code: code, Message: message, ...error.members, ...ids };
      return { status, body: `${DECLARATION}${writeElement('Error', details)}`, headers: error.headers };
    },
  };
}

function reword(error: AwsError, rewordings: Readonly<Record<string, Rewording>>): Required<Rewording> {
  const { code, status, message } = error;
  const found = Object.hasOwn(rewordings, code) ? rewordings[code] : undefined;
  return { code, status, message, ...found };
}

/** The second request id, which AWS Support asks for. */
function hostId(requestId: string): string {
  return createHash('sha384').update(requestId).digest('base64');
}
