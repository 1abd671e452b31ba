import { Quiet } from '../../kit/quiet.tsx';

export default function DatasetsPage() {
  return (
    <>
      <h1>Datasets</h1>
      <Quiet>Nothing here yet.</Quiet>
    </>
  );
}
