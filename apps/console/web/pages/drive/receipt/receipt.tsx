/** The drive's receipts: what the cloud side signed for, checked in this browser, and what is in none of them. */
import { useEffect, useState } from 'preact/hooks';
import { counted, textFromBytes } from '../../../kit/figures.ts';
import { Refusal } from '../../../kit/node-api.ts';
import { Quiet, Shown } from '../../../kit/quiet.tsx';
import { useAnswer } from '../../../kit/use-answer.ts';
import { CopyText } from '../copy-text.tsx';
import { Facts } from '../facts.tsx';
import { shellText } from '../../../kit/quoting.ts';
import type { DriveView } from '../view-state.ts';
import { WhyButton } from '../why.tsx';
import { CannotCheck, type Checked, checkReceiptText } from './receipt-check.ts';
import './receipt.css';

interface Covered {
  readonly recordingId: string;
  readonly path: string;
  readonly bytes: number;
}

interface ReceiptAnswer {
  readonly publicKeyPem: string;
  readonly receipts: readonly {
    readonly object: string;
    readonly receipt: string;
    readonly recordings: readonly Covered[];
  }[];
  readonly uncovered: readonly Covered[];
}

export function Receipts({ view }: { readonly view: DriveView }) {
  const path = `/v1/drives/${encodeURIComponent(view.driveId)}/receipt`;
  const answer = useAnswer<ReceiptAnswer>(path, { renewOn: ['done'] });
  const isNone = answer.fault instanceof Refusal && answer.fault.code === 'not-found';
  return (
    <section class="card" aria-labelledby="receipt-title">
      <div class="card-head">
        <h2 id="receipt-title">Receipt</h2>
        <WhyButton view={view} id={view.driveId}>
          Why is the drive where it is?
        </WhyButton>
      </div>
      {isNone && !answer.value ? (
        <Quiet>
          <p>
            <strong>No receipt yet.</strong> It is signed when every object of the drive has been looked at in the
            store. Do not wipe the disk before.
          </p>
        </Quiet>
      ) : (
        <Shown answer={answer} what="the receipt">
          {(value) => <Signed view={view} answer={value} />}
        </Shown>
      )}
    </section>
  );
}

function Signed({ view, answer }: { readonly view: DriveView; readonly answer: ReceiptAnswer }) {
  const { receipts, uncovered, publicKeyPem } = answer;
  const [ownKey, setOwnKey] = useState('');
  const key = ownKey.trim() === '' ? publicKeyPem : ownKey;
  const drive = shellText(view.driveId);
  return (
    <>
      {uncovered.length > 0 ? (
        <p class="bad">
          <strong>▲ In no receipt: {counted(uncovered.length, 'recording')}</strong> (
          {uncovered
            .slice(0, 5)
            .map(({ path }) => path)
            .join(', ')}
          {uncovered.length > 5 ? ', …' : ''}). Do not wipe the disk.
        </p>
      ) : null}
      {receipts.map(({ object, receipt, recordings }) => (
        <OneReceipt key={object} text={receipt} keyPem={key} driveId={view.driveId} recordings={recordings} />
      ))}
      <p class="muted small">
        Checked here, by this browser alone. That the objects still lie in the store is checked by{' '}
        <code>npx pitlane verify</code>. The key came from this node: whoever wants to trust nobody checks with the key
        that they kept.
      </p>
      <details>
        <summary>Check with another key</summary>
        <label class="own-key">
          Public key in PEM
          <textarea rows={4} value={ownKey} onInput={({ currentTarget }) => setOwnKey(currentTarget.value)} />
        </label>
      </details>
      <CopyText
        label="Offline, on the command line"
        text={`npx pitlane receipt ${drive} -o receipt.json --key receipts.pub.pem\nnpx pitlane verify --receipt receipt.json --key receipts.pub.pem`}
      />
    </>
  );
}

interface OneReceiptProps {
  readonly text: string;
  readonly keyPem: string;
  readonly driveId: string;
  readonly recordings: readonly Covered[];
}

function OneReceipt({ text, keyPem, driveId, recordings }: OneReceiptProps) {
  const [result, setResult] = useState<{ checked?: Checked; fault?: Error }>({});
  useEffect(() => {
    let isOver = false;
    checkReceiptText(text, keyPem, driveId).then(
      (checked) => isOver || setResult({ checked }),
      (fault: Error) => isOver || setResult({ fault }),
    );
    return () => {
      isOver = true;
    };
  }, [text, keyPem, driveId]);
  const { checked, fault } = result;
  const body = checked?.receipt?.body;
  const bytes = recordings.reduce((sum, recording) => sum + recording.bytes, 0);
  return (
    <div class="receipt">
      <div role="status">
        {fault ? (
          <p class="bad">
            <strong>▲ Not checked.</strong> {fault.message}{' '}
            {fault instanceof CannotCheck ? 'The command below checks it anywhere.' : ''}
          </p>
        ) : null}
        {checked ? <Verdict checked={checked} /> : fault ? null : <p class="muted">Checking…</p>}
      </div>
      {body && checked?.isRight ? (
        <Facts
          facts={[
            ['Covers', `${counted(recordings.length, 'recording')} (${textFromBytes(bytes)})`],
            [
              'Objects',
              `${counted(body.chunks, 'chunk')}, ${textFromBytes(body.bytesStored)}, in ${body.store === 'file' ? 'files' : body.store}`,
            ],
            ['Signed', `${body.signedAt.slice(0, 19).replace('T', ' ')} UTC, for ${body.garage}`],
            ['Receipt id', <code>{checked.receipt?.receiptId}</code>],
            ['Key', <code>{checked.receipt?.keyId}</code>],
            ['Merkle root', <code>{body.objectsSha256Root}</code>],
            ['Manifest', <code>{body.manifestObject}</code>],
          ]}
        />
      ) : null}
    </div>
  );
}

const Verdict = ({ checked }: { readonly checked: Checked }) => (
  <>
    <p class={checked.isRight ? 'good' : 'bad'}>
      <strong>
        {checked.isRight ? '✓ The receipt holds.' : '✗ The receipt does not hold. Do not wipe anything on its word.'}
      </strong>
    </p>
    <ul class="steps">
      {checked.steps.map(({ isRight, text }) => (
        <li key={text} class={isRight ? '' : 'bad'}>
          <span aria-hidden="true">{isRight ? '✓' : '✗'}</span> {text}
        </li>
      ))}
    </ul>
  </>
);
