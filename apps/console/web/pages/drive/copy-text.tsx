/** A text to take along: a command, a query, a link; shown whole, copied by a button. */
import { useEffect, useState } from 'preact/hooks';

const SAID_FOR_MS = 2000;

export function CopyText({ label, text }: { readonly label: string; readonly text: string }) {
  const [said, setSaid] = useState<string>();
  useEffect(() => {
    if (said === undefined) return undefined;
    const due = setTimeout(() => setSaid(undefined), SAID_FOR_MS);
    return () => clearTimeout(due);
  }, [said]);
  const copy = () => {
    // Pages that are neither https nor local have no clipboard.
    const { clipboard } = navigator as { clipboard?: Clipboard };
    if (!clipboard) return setSaid('Mark and copy it');
    clipboard.writeText(text).then(
      () => setSaid('Copied'),
      () => setSaid('Mark and copy it'),
    );
  };
  return (
    <figure class="copy">
      <figcaption>{label}</figcaption>
      <pre tabIndex={0}>{text}</pre>
      <button type="button" onClick={copy} aria-label={`Copy: ${label}`}>
        {said ?? 'Copy'}
      </button>
      <span class="visually-hidden" role="status">
        {said}
      </span>
    </figure>
  );
}
