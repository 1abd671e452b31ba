/**
 * Decides from its text whether a person's SQL may be shown to BigQuery at all. What lies below the views is refused by name,
 * wherever the name stands: all of these tables are reachable through the views, so the list of tables that a dry run
 * reports cannot tell a person's own mention of one from a view's. The dry run decides the rest: one SELECT, nothing outside
 * this dataset.
 */
import { PitlaneError } from '@pitlane/base/errors';
import { VIEW_NAMES } from './names.ts';

const SQL_LENGTH_MAX = 64 * 1024;

/** Strings and comments; they only matter for finding a second statement. */
const NOT_CODE =
  /'''[\s\S]*?'''|"""[\s\S]*?"""|'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|--[^\n]*|#[^\n]*|\/\*[\s\S]*?\*\//g;

const NOT_A_SELECT =
  /^(insert|update|delete|merge|truncate|create|drop|alter|undrop|export|load|call|begin|declare|set|execute|grant|revoke|assert|commit|rollback|if|loop|while|repeat|for|raise|return|describe|explain|show)\b/i;

/** Reach out of the dataset, tell of the account, or run somebody's code. */
const NOT_FOR_PEOPLE =
  /\b(information_schema|external_query|session_user|__tables__|__tables_summary__|vector_search|appends|changes)\b|@@|\b(ml|ai|aead|keys|obj|region-\w+)\s*\./i;
const DOTTED_CALL = /(\w+)\s*\.\s*\w+\s*\(/g;
const PURE_NAMESPACES = new Set(['safe', 'net', 'hll_count', 'kll_quantiles']);

const refused = (text: string): PitlaneError =>
  new PitlaneError('refused', `${text}; allowed is one SELECT over the views ${[...VIEW_NAMES].join(', ')}`);

/** Throws `refused` or `bad-usage`. */
export function checkText(sql: string, belowTheViews: readonly string[]): void {
  if (sql.length > SQL_LENGTH_MAX) {
    throw new PitlaneError('bad-usage', `the SQL is longer than ${SQL_LENGTH_MAX} characters: shorten it`);
  }
  const code = sql.replace(NOT_CODE, ' ').trim();
  if (NOT_A_SELECT.test(code)) throw refused('only SELECT statements are run here');
  if (/;\s*\S/.test(code)) throw refused('this is not one single statement');
  if (/\?|(?<!@)@[a-z_]/i.test(code)) {
    throw new PitlaneError('bad-usage', 'the SQL holds a parameter (? or @name): write its value instead');
  }
  checkNames(sql, belowTheViews);
}

/** Over the whole text, strings and comments too: one refusal too many is better than one trick with a quote. */
function checkNames(sql: string, belowTheViews: readonly string[]): void {
  if (sql.includes('`') && sql.includes('\\')) {
    throw refused('names in backticks and backslashes do not go together here');
  }
  if (/`\s*\(|\*`/.test(sql)) throw refused('a name in backticks cannot be called here, nor stand for several tables');
  const below = new RegExp(`\\b(${belowTheViews.join('|')})\\b`, 'i').exec(sql);
  if (below) throw refused(`"${below[0]}" is none of the views`);
  const strange = NOT_FOR_PEOPLE.exec(sql);
  if (strange) throw refused(`"${strange[0]}" is not allowed`);
  for (const [call, namespace = ''] of sql.matchAll(DOTTED_CALL)) {
    if (!PURE_NAMESPACES.has(namespace.toLowerCase())) throw refused(`the call "${call.slice(0, 60)}" is not allowed`);
  }
}
