/**
 * TypeScript types out of an OpenAPI document, in the shape that `openapi-fetch` takes. The document's schemas are plain: so few
 * lines do, and no compiler is wanted for them.
 */

interface Schema {
  readonly $ref?: string;
  readonly type?: string;
  readonly format?: string;
  readonly description?: string;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly anyOf?: readonly Schema[];
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | Schema;
  readonly patternProperties?: Readonly<Record<string, Schema>>;
}

type Content = Readonly<Record<string, { readonly schema: Schema }>>;

export interface Operation {
  readonly summary?: string;
  readonly parameters?: readonly {
    readonly in: string;
    readonly name: string;
    readonly required?: boolean;
    readonly description?: string;
    readonly schema: Schema;
  }[];
  readonly requestBody?: { readonly content: Content };
  readonly responses: Readonly<Record<string, { readonly $ref?: string; readonly content?: Content }>>;
}

export interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: {
    readonly schemas: Readonly<Record<string, Schema>>;
    readonly responses: Readonly<Record<string, { readonly content: Content }>>;
  };
}

const HEAD = `/**
 * The API as its document has it, in the shape that openapi-fetch takes. Made by \`npm run api-types\`; nobody writes it by hand.
 */
/* oxlint-disable max-lines */
`;

export function typesFromDocument({ paths, components }: Document): string {
  const sorted = Object.entries(paths).sort(([a], [b]) => (a < b ? -1 : 1));
  const lines = [
    HEAD,
    'export interface paths {',
    ...sorted.flatMap(([path, operations]) => [
      `  '${path}': {`,
      ...Object.entries(operations).flatMap(([method, operation]) => operationLines(method, operation)),
      '  };',
    ]),
    '}',
    '',
    'export interface components {',
    `  schemas: ${membersText(Object.entries(components.schemas).map(([name, schema]) => member(name, schema, true)))};`,
    `  responses: ${membersText(Object.entries(components.responses).map(([name, { content }]) => `${name}: ${answerText(content)}`))};`,
    '}',
  ];
  return `${lines.join('\n')}\n`;
}

function operationLines(method: string, { summary, parameters = [], requestBody, responses }: Operation): string[] {
  const of = (place: string): string => {
    const some = parameters.filter((one) => one.in === place);
    if (some.length === 0) return `${place}?: never`;
    const isNeeded = some.some(({ required }) => required === true);
    const members = some.map(({ name, schema, required, description }) =>
      member(name, { ...schema, ...(description !== undefined && { description }) }, required === true),
    );
    return `${place}${isNeeded ? '' : '?'}: ${membersText(members)}`;
  };
  const body = requestBody ? `requestBody: { content: ${contentText(requestBody.content)} }` : 'requestBody?: never';
  const answers = Object.entries(responses).map(([status, { $ref, content = {} }]) => {
    const key = /^\d+$|^default$/.test(status) ? status : `'${status}'`;
    return `${key}: ${$ref === undefined ? answerText(content) : refText($ref)}`;
  });
  return [
    `    ${comment(summary)}${method}: {`,
    `      parameters: { ${of('query')}; ${of('path')}; header?: never; cookie?: never };`,
    `      ${body};`,
    `      responses: ${membersText(answers)};`,
    '    };',
  ];
}

const answerText = (content: Content): string =>
  `{ headers: Readonly<Record<string, unknown>>; content${Object.keys(content).length === 0 ? '?: never' : `: ${contentText(content)}`} }`;

const contentText = (content: Content): string =>
  membersText(Object.entries(content).map(([type, { schema }]) => `'${type}': ${typeText(schema)}`));

const membersText = (members: readonly string[]): string => `{\n${members.join(';\n')}\n}`;

const comment = (text: string | undefined): string =>
  text === undefined ? '' : `/** ${text.replaceAll('*/', '*\\/').replaceAll('\n', ' ')} */\n`;

const member = (name: string, schema: Schema, isNeeded: boolean): string =>
  `${comment(schema.description)}${/^[A-Za-z_]\w*$/.test(name) ? name : `'${name}'`}${isNeeded ? '' : '?'}: ${typeText(schema)}`;

const refText = (ref: string): string => {
  const [kind, name] = ref.split('/').slice(-2);
  return `components['${kind}']['${name}']`;
};

function typeText(schema: Schema): string {
  const { $ref, anyOf, type, items } = schema;
  if ($ref !== undefined) return refText($ref);
  if ('const' in schema) return JSON.stringify(schema.const);
  if (schema.enum) return schema.enum.map((one) => JSON.stringify(one)).join(' | ');
  if (anyOf) return anyOf.map(typeText).join(' | ');
  if (type === 'array') return `(${typeText(items ?? {})})[]`;
  if (type === 'object') return objectText(schema);
  if (type === 'integer' || type === 'number') return 'number';
  if (type === 'string') return schema.format === 'binary' ? 'Blob' : 'string';
  return type === 'boolean' || type === 'null' ? type : 'unknown';
}

function objectText({ properties = {}, required = [], additionalProperties, patternProperties = {} }: Schema): string {
  const entries = Object.entries(properties);
  if (entries.length > 0) {
    return membersText(entries.map(([name, schema]) => member(name, schema, required.includes(name))));
  }
  const [more] = Object.values(patternProperties);
  const rest = more ?? (typeof additionalProperties === 'object' ? additionalProperties : {});
  return additionalProperties === false && !more ? 'Record<string, never>' : `Record<string, ${typeText(rest)}>`;
}
