/**
 * Stage 35, preview: a few small camera frames and thinned topics of a whole recording, from a bounded part of its bytes. It
 * stands beside the flow: it begins when a recording is inspected, and nothing waits for it. What it makes is derived, and
 * is never cut, counted or signed for; one that cannot be made is left out, in words.
 */
export { type MadePreview, makePreview, type PreviewJob, type PreviewTools } from './make-preview.ts';
export { putPreview } from './put-preview.ts';
