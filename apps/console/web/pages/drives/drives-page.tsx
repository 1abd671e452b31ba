import { Quiet } from '../../kit/quiet.tsx';

export default function DrivesPage() {
  return (
    <>
      <h1>Drives</h1>
      <Quiet>Nothing here yet.</Quiet>
    </>
  );
}
