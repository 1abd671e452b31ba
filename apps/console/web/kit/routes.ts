/** Which page a path shows. Each is a script of its own, loaded when it is opened. */
import type { ComponentType } from 'preact';

export type PageParameters = Readonly<Record<string, string>>;
export type Page = ComponentType<PageParameters>;

interface Route {
  /** `:name` stands for one part. */
  readonly pattern: string;
  readonly load: () => Promise<{ readonly default: Page }>;
}

export const ROUTES: readonly Route[] = [
  { pattern: '/', load: () => import('../pages/drives/drives-page.tsx') },
  { pattern: '/board', load: () => import('../pages/board/board-page.tsx') },
  { pattern: '/drives/:driveId', load: () => import('../pages/drive/drive-page.tsx') },
  { pattern: '/sql', load: () => import('../pages/sql/sql-page.tsx') },
  { pattern: '/datasets', load: () => import('../pages/datasets/datasets-page.tsx') },
  { pattern: '/datasets/:datasetId', load: () => import('../pages/datasets/dataset-page.tsx') },
  { pattern: '/fleet', load: () => import('../pages/fleet/fleet-page.tsx') },
];

const MISSING: Route = { pattern: '', load: () => import('../pages/missing/missing-page.tsx') };

export function routeOf(path: string): { readonly route: Route; readonly parameters: PageParameters } {
  for (const route of ROUTES) {
    const parameters = parametersFrom(route.pattern, path);
    if (parameters) return { route, parameters };
  }
  return { route: MISSING, parameters: {} };
}

function parametersFrom(pattern: string, path: string): PageParameters | undefined {
  const [wanted, given] = [pattern.split('/'), path.replace(/(?<=.)\/$/, '').split('/')];
  if (wanted.length !== given.length) return undefined;
  const parameters: Record<string, string> = {};
  for (const [at, part] of wanted.entries()) {
    const text = given[at] ?? '';
    if (part.startsWith(':') && text !== '') parameters[part.slice(1)] = textFrom(text);
    else if (part !== text) return undefined;
  }
  return parameters;
}

/** A broken escape stands for itself. */
function textFrom(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
