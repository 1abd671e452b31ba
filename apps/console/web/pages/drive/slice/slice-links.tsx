/** A selection as links: for programs that may ask this node, and a signed one that opens it for a while in a viewer. */
import { address } from '../../../kit/address.ts';
import { nsFrom } from '../../../kit/figures.ts';
import { pathWith } from '../../../kit/node-api.ts';
import { Shown } from '../../../kit/quiet.tsx';
import { useAnswer } from '../../../kit/use-answer.ts';
import { CopyText } from '../copy-text.tsx';
import { clockOf } from '../timeline/ticks.ts';
import { fileNameOf, rerunCommand, type Slice, sliceQuery, viewerLinks } from './slice-texts.ts';

interface SignedLink {
  readonly url: string;
  readonly expiresTime: string;
}

export function SliceLinks({ slice }: { readonly slice: Slice }) {
  const answer = useAnswer<SignedLink>(pathWith('/v1/slice/url', sliceQuery(slice)));
  const plain = new URL(pathWith('/v1/slice', sliceQuery(slice)), location.origin).href;
  return (
    <div class="links">
      <CopyText label="Of this page, with this selection" text={address.value.href} />
      <CopyText label="Of the slice, for whoever may ask this node" text={plain} />
      <Shown answer={answer} what="a signed link">
        {(link) => <ViewerLinks link={link} fileName={fileNameOf(slice)} />}
      </Shown>
    </div>
  );
}

/** @param props.link opens the bytes without a token */
export function ViewerLinks({ link, fileName }: { readonly link: SignedLink; readonly fileName: string }) {
  const viewers = viewerLinks(link.url);
  const until = nsFrom(link.expiresTime);
  return (
    <>
      <CopyText
        label={`Without a token${until === undefined ? '' : `, until ${clockOf(until, -1)} UTC`}`}
        text={link.url}
      />
      <p class="viewer-links">
        {viewers.map(({ name, href }) => (
          <a key={name} class="button" href={href} target="_blank" rel="noreferrer noopener">
            Open in {name}
          </a>
        ))}
      </p>
      <p class="muted small">
        These viewers are pages of other sites, and ask this node from the browser. It answers them where{' '}
        <code>PITLANE_CORS_ORIGINS</code> names {viewers.map(({ origin }) => origin).join(' and ')}, and over https or
        on the same machine.
      </p>
      <CopyText label="In Rerun, which opens files" text={rerunCommand(link.url, fileName)} />
    </>
  );
}
