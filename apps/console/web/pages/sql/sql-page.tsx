import { Quiet } from '../../kit/quiet.tsx';

export default function SQLPage() {
  return (
    <>
      <h1>SQL</h1>
      <Quiet>Nothing here yet.</Quiet>
    </>
  );
}
