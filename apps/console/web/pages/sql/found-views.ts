/** The views and columns of the catalog, and which of them are called like a word. */

export interface CatalogSchema {
  readonly engine: 'duckdb' | 'bigquery';
  readonly views: readonly {
    readonly name: string;
    readonly about: string;
    readonly columns: readonly { readonly name: string; readonly type: string; readonly about: string }[];
  }[];
}

/** A view that is called so with all of its columns, another one with the columns that are. */
export function foundViews(views: CatalogSchema['views'], sought: string): CatalogSchema['views'] {
  if (sought === '') return views;
  return views.flatMap((view) => {
    if (view.name.toLowerCase().includes(sought)) return [view];
    const columns = view.columns.filter(({ name }) => name.toLowerCase().includes(sought));
    return columns.length > 0 ? [{ ...view, columns }] : [];
  });
}
