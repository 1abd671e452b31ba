/** The verdict on the drives of a docking: whether they are complete, or the worst of what was found, while the car is there. */

/** The command line has them all. */
const FINDINGS_SHOWN = 5;

/**
 * @typedef {{text: string, severity: string}} Finding
 * @typedef {{summary: string, isComplete: boolean, judgedFrom: string, findings: Finding[], notes: string[]}} Verdict
 */

export function createVerdict() {
  const element = document.createElement('div');
  element.className = 'verdict';
  element.hidden = true;
  /** By folder of the drive: a later word replaces the one before. @type {Map<string, Verdict>} */
  const verdicts = new Map();
  return {
    element,
    /** @param {string} folder @param {Verdict} verdict */
    show(folder, verdict) {
      verdicts.set(folder, verdict);
      element.hidden = false;
      element.replaceChildren(...[...verdicts].flatMap(([name, one]) => linesOf(verdicts.size > 1 ? name : '', one)));
    },
  };
}

/** @param {string} name @param {Verdict} verdict */
function linesOf(name, { summary, isComplete, judgedFrom, findings, notes }) {
  const from = judgedFrom === 'index' ? 'so far, from the index' : 'from every message';
  const word = isComplete ? '✓ ' : findings.length > 0 ? '▲ ' : '';
  const head = line(
    isComplete ? 'verdict-word good' : 'verdict-word',
    `${word}${name ? `${name}: ` : ''}${summary}, ${from}`,
  );
  head.title = notes.join('\n');
  const more = findings.length - FINDINGS_SHOWN;
  return [
    head,
    ...findings.slice(0, FINDINGS_SHOWN).map(({ text, severity }) => line(`finding ${severity}`, text)),
    ...(more > 0 ? [line('finding', `and ${more} more`)] : []),
  ];
}

/** @param {string} className @param {string} text */
function line(className, text) {
  const element = document.createElement('p');
  element.className = className;
  element.textContent = text;
  return element;
}
