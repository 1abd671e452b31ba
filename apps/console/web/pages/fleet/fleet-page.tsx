import { Quiet } from '../../kit/quiet.tsx';

export default function FleetPage() {
  return (
    <>
      <h1>Fleet</h1>
      <Quiet>Nothing here yet.</Quiet>
    </>
  );
}
