/**
 * Decides whether a person's SQL may run at all. DuckDB parses it into a tree and everything in that tree that names
 * something must be on a list: the contract's views, the statement's own CTEs, a few table functions, pure functions.
 * What DuckDB itself forbids (files, extensions, settings) is a second fence behind this one, never the only one.
 */
import type { DuckDBConnection } from '@duckdb/node-api';
import { PitlaneError } from '@pitlane/base/errors';
import { nearestText } from '@pitlane/base/nearest';
import type { Tree } from './sandbox-growth.ts';
import { GrowthBudget, isBuilder } from './sandbox-growth.ts';
import { VIEW_NAMES } from './tables.ts';

const SQL_LENGTH_MAX = 64 * 1024;
const CTE_NAME = /^[a-z_][a-z0-9_]{0,62}$/i;
const TABLE_FUNCTIONS = new Set(['unnest', 'range', 'generate_series']);
const TABLE_KINDS = new Set([
  'BASE_TABLE',
  'SUBQUERY',
  'JOIN',
  'TABLE_FUNCTION',
  'EMPTY',
  'EXPRESSION_LIST',
  'PIVOT',
  'SHOW_REF',
]);

/** Consistent in DuckDB's own list and still not for a person: they tell of the machine or of the session. */
const NOT_PURE =
  /^(pg_|has_.*privilege|inet_|current_(setting|database|schemas?|catalog|query|role|user|connection|transaction)|session_user$|user$|getvariable$|getenv|in_search_path$|txid_|get_block_size|version$|parse_duckdb_log|json_(de)?serialize|__internal|write_|stats$|col_description|obj_description|shobj_|format_pg_type|map_to_pg_oid|.*_geomfrom)/;
/** Not constant or in no list of DuckDB's, and harmless. */
const ALSO_ALLOWED = ['random', 'uuid', 'gen_random_uuid', 'unnest'];

export interface SandboxGate {
  /** Throws `refused` or `bad-usage`; returns when the statement may be prepared and run. */
  check(connection: DuckDBConnection, sql: string): Promise<void>;
}

/** Learns from DuckDB which functions are pure and which names its own catalog holds. */
export async function openSandboxGate(connection: DuckDBConnection): Promise<SandboxGate> {
  const functions = await firstColumn(
    connection,
    `SELECT DISTINCT lower(function_name) FROM duckdb_functions() WHERE function_type IN ('scalar', 'aggregate', 'macro')
     AND coalesce(stability, 'CONSISTENT') <> 'VOLATILE'`,
  );
  const taken = await firstColumn(
    connection,
    'SELECT lower(table_name) FROM duckdb_tables() UNION SELECT lower(view_name) FROM duckdb_views()',
  );
  const pure = new Set(functions.filter((name) => !NOT_PURE.test(name)).concat(ALSO_ALLOWED));
  const names: KnownNames = { pure, taken: new Set(taken.filter((name) => !VIEW_NAMES.has(name))) };
  return { check: (reader, sql) => checkStatement(reader, sql, names) };
}

async function firstColumn(connection: DuckDBConnection, sql: string): Promise<string[]> {
  return (await connection.runAndReadAll(sql)).getRows().map((row) => String(row[0]));
}

const refused = (text: string): PitlaneError =>
  new PitlaneError('refused', `${text}; allowed is one SELECT over the views ${[...VIEW_NAMES].join(', ')}`);

async function checkStatement(connection: DuckDBConnection, sql: string, names: KnownNames): Promise<void> {
  if (sql.length > SQL_LENGTH_MAX) {
    throw new PitlaneError('bad-usage', `the SQL is longer than ${SQL_LENGTH_MAX} characters: shorten it`);
  }
  if (sql.includes('\0')) throw new PitlaneError('bad-usage', 'the SQL holds a NUL character: remove it');
  const tree = parsedTree(await serializedTree(connection, sql));
  const statements = tree['statements'];
  if (!Array.isArray(statements) || statements.length !== 1) throw refused('this is not one single statement');
  const walk = new GateWalk(names, ctesOf(statements[0], names.taken));
  walk.visit(statements[0], false);
}

/** The parser alone answers here: nothing is bound, so no table function has run yet. */
async function serializedTree(connection: DuckDBConnection, sql: string): Promise<string> {
  const result = await connection.runAndReadAll('SELECT json_serialize_sql($1::VARCHAR)', [sql]);
  return String(result.getRows()[0]?.[0]);
}

function parsedTree(text: string): Tree {
  const tree = JSON.parse(text) as Tree;
  if (tree['error'] !== true) return tree;
  const told = tree['error_message'];
  const message = typeof told === 'string' ? (told.split('\n')[0] ?? '') : '';
  if (tree['error_type'] === 'not implemented' || /only select|CTE needs a SELECT/i.test(message)) {
    throw refused('only SELECT statements are run here');
  }
  throw new PitlaneError('bad-usage', `Parser Error: ${message}`);
}

const textOf = (tree: Tree, field: string): string => {
  const value = tree[field];
  return typeof value === 'string' ? value.toLowerCase() : '';
};

interface KnownNames {
  readonly pure: ReadonlySet<string>;
  /** Names in the database that are none of the views. */
  readonly taken: ReadonlySet<string>;
}

/** All CTE names of the statement. None may be a name that the database holds, so scopes need not be told apart. */
function ctesOf(value: unknown, taken: ReadonlySet<string>, found = new Set<string>()): ReadonlySet<string> {
  if (value === null || typeof value !== 'object') return found;
  for (const { key } of (value as { cte_map?: { map?: readonly { key?: unknown }[] } }).cte_map?.map ?? []) {
    const name = String(key).toLowerCase();
    if (!CTE_NAME.test(name) || taken.has(name)) {
      throw refused(`"${name.slice(0, 60)}" cannot be the name of a WITH part: choose another name`);
    }
    found.add(name);
  }
  for (const item of Object.values(value)) ctesOf(item, taken, found);
  return found;
}

class GateWalk {
  readonly #pure: ReadonlySet<string>;
  readonly #ctes: ReadonlySet<string>;
  readonly #growth = new GrowthBudget();

  constructor({ pure }: KnownNames, ctes: ReadonlySet<string>) {
    this.#pure = pure;
    this.#ctes = ctes;
  }

  visit(value: unknown, insideBuilder: boolean): void {
    if (Array.isArray(value)) {
      for (const item of value) this.visit(item, insideBuilder);
      return;
    }
    if (value === null || typeof value !== 'object') return;
    const tree = value as Tree;
    if (this.#isTable(tree)) this.#checkTable(tree);
    else if (tree['class'] === 'FUNCTION' || tree['class'] === 'WINDOW') this.#checkFunction(tree, insideBuilder);
    else if (tree['class'] === 'PARAMETER') {
      throw new PitlaneError('bad-usage', 'the SQL holds a parameter (? or $1): write its value instead');
    }
    const inside = insideBuilder || (tree['class'] === 'FUNCTION' && isBuilder(textOf(tree, 'function_name')));
    for (const [field, item] of Object.entries(tree)) {
      // A table function's own name is judged with its table; what it is called with is judged like everything else.
      const inner = field === 'function' && tree['type'] === 'TABLE_FUNCTION' ? (item as Tree)['children'] : item;
      this.visit(inner, inside);
    }
  }

  /** Tables have a place for `sample`, as queries do, and no `select_list`. */
  #isTable(tree: Tree): boolean {
    return 'sample' in tree && 'alias' in tree && typeof tree['type'] === 'string' && !('class' in tree);
  }

  #checkTable(tree: Tree): void {
    const kind = String(tree['type']);
    if (!TABLE_KINDS.has(kind)) throw refused(`a table of the kind ${kind} is not allowed`);
    if (kind === 'BASE_TABLE') this.#checkName(tree);
    if (kind === 'SHOW_REF' && tree['query'] === null) throw refused('SHOW is not allowed: DESCRIBE a view instead');
    if (kind === 'TABLE_FUNCTION') {
      const name = textOf((tree['function'] ?? {}) as Tree, 'function_name');
      if (!TABLE_FUNCTIONS.has(name)) throw refused(`the table function ${name}() is not allowed`);
    }
  }

  #checkName(tree: Tree): void {
    const [catalog, schema, name] = ['catalog_name', 'schema_name', 'table_name'].map((field) => textOf(tree, field));
    if (catalog === '' && schema === '' && this.#ctes.has(name ?? '')) return;
    if (catalog === '' && (schema === '' || schema === 'main') && VIEW_NAMES.has(name ?? '')) return;
    const asked = [catalog, schema, name].filter((part) => part !== '').join('.');
    throw refused(`"${asked.slice(0, 80)}" is none of the views${nearestText(name ?? '', VIEW_NAMES, 1)}`);
  }

  #checkFunction(tree: Tree, insideBuilder: boolean): void {
    const name = textOf(tree, 'function_name');
    this.#growth.check(name, tree, insideBuilder);
    // The functions that exist as windows only, such as row_number, are all pure.
    if (tree['class'] === 'FUNCTION' && !this.#pure.has(name)) throw refused(`the function ${name}() is not allowed`);
  }
}
