/** A line to take along: a command, SQL, an id. It is copied by a button, which says that it did. */
import { useEffect, useState } from 'preact/hooks';
import './copyable.css';

const SAID_MS = 2_000;

interface CopyableProps {
  /** What is copied: `command`. */
  readonly what: string;
  readonly text: string;
}

export const Copyable = ({ what, text }: CopyableProps) => (
  <div class="copyable">
    <span class="copyable-what">{what}</span>
    {/* Wide lines scroll: with the keyboard too. */}
    <pre class="copyable-text" role="region" aria-label={what} tabIndex={0}>
      {text}
    </pre>
    <CopyButton what={what} text={text} />
  </div>
);

export function CopyButton({ what, text }: CopyableProps) {
  const [said, say] = useState('');
  useEffect(() => {
    if (said === '') return undefined;
    const timer = setTimeout(() => say(''), SAID_MS);
    return () => clearTimeout(timer);
  }, [said]);
  const press = () => void copy(text).then((isDone) => say(isDone ? 'Copied' : 'Select and copy'));
  return (
    <button type="button" class="copy" aria-label={`Copy ${what}`} onClick={press}>
      <span aria-live="polite">{said || 'Copy'}</span>
    </button>
  );
}

/** Browsers give the clipboard to pages of https and of this machine alone; elsewhere the old way does it. */
async function copy(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const field = document.createElement('textarea');
    field.value = text;
    field.className = 'visually-hidden';
    document.body.append(field);
    field.select();
    const isDone = document.execCommand('copy');
    field.remove();
    return isDone;
  }
}
