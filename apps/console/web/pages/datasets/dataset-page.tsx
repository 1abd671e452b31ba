import { Quiet } from '../../kit/quiet.tsx';
import type { PageParameters } from '../../kit/routes.ts';

export default function DatasetPage({ datasetId }: PageParameters) {
  return (
    <>
      <h1>{datasetId}</h1>
      <Quiet>Nothing here yet.</Quiet>
    </>
  );
}
