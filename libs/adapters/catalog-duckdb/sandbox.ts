import type { DuckDBInstance } from '@duckdb/node-api';
import { PitlaneError } from '@pitlane/base/errors';
import type { SqlCaps, SqlResult } from '@pitlane/ports/catalog';

export async function runSandboxed(
  _instance: DuckDBInstance,
  _sql: string,
  _caps: SqlCaps,
  _signal?: AbortSignal,
): Promise<SqlResult> {
  throw new PitlaneError('refused', 'the sandbox is closed');
}
