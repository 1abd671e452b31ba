/**
 * The OpenAPI document of a program: what the routes say of themselves, and what is true of all of them, said once: how a
 * problem looks, who may ask, how an example is run.
 */
import type { FastifyDynamicSwaggerOptions } from '@fastify/swagger';
import { ERROR_CODES } from '@pitlane/base/errors';
import { exampleLine, type Operation } from './example-line.ts';

const ABOUT = `Log times are decimal nanoseconds as text; errors are RFC 9457 problem details with our code.

On loopback reading needs nothing; whatever changes something needs the token, and beyond loopback everything does. The examples
run in a shell as they are, once it knows where the node is and what they are about:

\`\`\`sh
PITLANE=http://127.0.0.1:7420
TOKEN=$(jq -r .token .pitlane/node.json)
DRIVE=$(curl -s "$PITLANE/v1/drives?limit=1" | jq -r '.drives[0].driveId')
VEHICLE=$(curl -s "$PITLANE/v1/drives?limit=1" | jq -r '.drives[0].vehicleId')
CHUNK=$(curl -s "$PITLANE/v1/chunks?limit=1" | jq -r '.chunks[0].chunkId')
\`\`\``;

const TEXT = { type: 'string' } as const;
const PROBLEM = {
  type: 'object',
  description: 'RFC 9457 problem details',
  required: ['type', 'title', 'status', 'detail', 'code', 'retryable'],
  properties: {
    type: TEXT,
    title: TEXT,
    status: { type: 'integer' },
    detail: { ...TEXT, description: 'what happened, where, and what to do next' },
    code: { ...TEXT, enum: [...ERROR_CODES] },
    retryable: { type: 'boolean', description: 'the same may succeed later without anybody changing anything' },
    details: { type: 'object', additionalProperties: true },
  },
};

const METHODS = ['get', 'head', 'post', 'put', 'patch', 'delete', 'options'] as const;
const READING: ReadonlySet<string> = new Set(['get', 'head', 'options']);

export const DOCUMENT: FastifyDynamicSwaggerOptions = {
  mode: 'dynamic',
  hideUntagged: true,
  openapi: {
    openapi: '3.1.0',
    info: { title: 'Pitlane', version: '1', description: ABOUT },
    components: {
      securitySchemes: { token: { type: 'http', scheme: 'bearer' } },
      schemas: { Problem: PROBLEM as never },
      responses: {
        Problem: {
          description: 'it went wrong: the code says how, and the detail what to do next',
          content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
        },
      },
    },
  },
  transformObject(document) {
    if (!('openapiObject' in document)) return document.swaggerObject;
    for (const [path, item] of Object.entries(document.openapiObject.paths ?? {})) {
      for (const method of METHODS) {
        // Methods of one route share what they say: each gets its own.
        const operations = item as Partial<Record<string, Operation>>;
        if (operations[method]) operations[method] = described(method, path, operations[method]);
      }
    }
    return document.openapiObject;
  },
};

function described(method: string, path: string, operation: Operation): Operation {
  const source = exampleLine(method, path, operation);
  const { 'x-example': _, description, ...said } = operation;
  const about = description === undefined ? '' : `${description}\n\n`;
  return {
    ...said,
    operationId: nameOf(method, path),
    description: `${about}\`\`\`sh\n${source}\n\`\`\``,
    security: READING.has(method) ? [{}, { token: [] }] : [{ token: [] }],
    responses: { ...operation.responses, default: { $ref: '#/components/responses/Problem' } },
    'x-codeSamples': [{ lang: 'Shell', label: 'curl', source }],
  };
}

/** `GET /v1/drives/{driveId}/receipt` as `getDrivesDriveIdReceipt`. */
function nameOf(method: string, path: string): string {
  const words = path.split(/[^A-Za-z0-9]+/).filter((word) => word !== '' && word !== 'v1');
  return `${method}${words.map((word) => `${word[0]?.toUpperCase()}${word.slice(1)}`).join('')}`;
}
