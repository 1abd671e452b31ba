import { Quiet } from '../../kit/quiet.tsx';
import type { PageParameters } from '../../kit/routes.ts';

export default function DrivePage({ driveId }: PageParameters) {
  return (
    <>
      <h1>{driveId}</h1>
      <Quiet>Nothing here yet.</Quiet>
    </>
  );
}
