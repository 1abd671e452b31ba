/** Where the address names no page of ours. */
import { Quiet } from '../../kit/quiet.tsx';

export default function MissingPage() {
  return (
    <>
      <h1>No such page</h1>
      <Quiet>
        <p>
          The address <code>{location.pathname}</code> names no page of this node. <a href="/">All drives</a>
        </p>
      </Quiet>
    </>
  );
}
