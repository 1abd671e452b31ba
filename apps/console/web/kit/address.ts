/** The address bar as state: the path that a page stands at, and its filters. Whoever copies the address has them. */
import { computed, signal } from '@preact/signals';

export const address = signal(new URL(location.href));
export const query = computed(() => address.value.searchParams);

addEventListener('popstate', () => (address.value = new URL(location.href)));

/** Goes to a page of ours, as a link would. */
export function goTo(href: string): void {
  const next = new URL(href, location.href);
  if (next.href === location.href) return;
  history.pushState(null, '', next);
  address.value = next;
  scrollTo(0, 0);
}

/**
 * Changes filters in the address; empty ones leave it.
 * @param isStep false replaces the entry of the history, for what changes with each key
 */
export function setQuery(changes: Readonly<Record<string, string | undefined>>, isStep = false): void {
  const next = new URL(location.href);
  for (const [name, value] of Object.entries(changes)) {
    if (value === undefined || value === '') next.searchParams.delete(name);
    else next.searchParams.set(name, value);
  }
  if (next.href === location.href) return;
  if (isStep) history.pushState(null, '', next);
  else history.replaceState(null, '', next);
  address.value = next;
}

/** Links of ours change the page without loading it anew; with a key held down the browser does as it always does. */
export function followLinks(): void {
  document.addEventListener('click', (event) => {
    if (
      event.defaultPrevented ||
      event.button !== 0 ||
      event.metaKey ||
      event.ctrlKey ||
      event.shiftKey ||
      event.altKey
    )
      return;
    const link = event.target instanceof Element ? event.target.closest('a') : null;
    if (!link || link.target !== '' || link.hasAttribute('download') || !isPage(link)) return;
    event.preventDefault();
    goTo(link.href);
  });
}

const NO_PAGES = ['/v1/', '/docs', '/metrics', '/healthz', '/readyz'];

const isPage = ({ origin, pathname, hash }: HTMLAnchorElement): boolean =>
  origin === location.origin && hash === '' && !NO_PAGES.some((start) => pathname.startsWith(start));
