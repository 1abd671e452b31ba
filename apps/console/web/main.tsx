/** The pages put together: the shell, and in it the page that the address names. */
import { render } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { address, followLinks } from './kit/address.ts';
import { Quiet } from './kit/quiet.tsx';
import { type Page, routeOf } from './kit/routes.ts';
import { openSession } from './kit/session.ts';
import { Shell } from './kit/shell.tsx';

function App() {
  const { route, parameters } = routeOf(address.value.pathname);
  const [loaded, setLoaded] = useState<{ pattern: string; Page?: Page; fault?: string }>();
  useEffect(() => {
    const { pattern } = route;
    route.load().then(
      ({ default: Page }) => setLoaded({ pattern, Page }),
      // The node was exchanged for another version meanwhile: its scripts have other names.
      () => setLoaded({ pattern, fault: 'This page could not be loaded.' }),
    );
  }, [route]);
  const { Page, fault } = loaded?.pattern === route.pattern ? loaded : {};
  return (
    <Shell>
      {Page ? <Page {...parameters} /> : null}
      {fault ? (
        <Quiet isBad>
          <p>
            <strong>{fault}</strong> The node may be away, or has another version now.
          </p>
          <p>
            <button type="button" onClick={() => location.reload()}>
              Load again
            </button>
          </p>
        </Quiet>
      ) : null}
    </Shell>
  );
}

followLinks();
void openSession();
const place = document.querySelector('#app');
if (place) render(<App />, place);
