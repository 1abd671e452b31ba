/** The basemap of the site, asked for once and kept while the pages are open. */
import { signal } from '@preact/signals';
import { get } from '../../../kit/node-api.ts';
import { type Basemap, basemapFrom } from './basemap.ts';

export interface Site {
  readonly basemap?: Basemap;
  /** Why the file that there is cannot be shown. */
  readonly fault?: string;
}

export const site = signal<Site>({});

let isAsked = false;

export function askForBasemap(): void {
  if (isAsked) return;
  isAsked = true;
  get<unknown>('/console/basemap.json')
    // No content: the node was given none.
    .then((file) => void (site.value = file === undefined ? {} : { basemap: basemapFrom(file) }))
    .catch((fault: Error) => {
      isAsked = false;
      site.value = { fault: fault.message };
    });
}
