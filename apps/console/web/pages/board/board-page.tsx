import { Quiet } from '../../kit/quiet.tsx';

export default function BoardPage() {
  return (
    <>
      <h1>Board</h1>
      <Quiet>Nothing here yet.</Quiet>
    </>
  );
}
