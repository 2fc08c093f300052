import { useVirtualizer } from '@tanstack/react-virtual';
import { type ReactNode, useEffect, useRef } from 'react';

interface LineListProps {
  label: string;
  count: number;
  line: (index: number) => ReactNode;
  /** Keep the newest line in view. */
  follow: boolean;
  /** The person scrolled away from the end (false) or back to it (true). */
  onFollow?: (follow: boolean) => void;
  /** Pixels; absent: fills its parent. */
  height?: number;
}

/** A long list of lines of which only the visible ones exist. Lines wrap, so each is measured. */
export function LineList({ label, count, line, follow, onFollow, height }: LineListProps): ReactNode {
  const viewport = useRef<HTMLDivElement>(null);
  const lastTop = useRef(0);
  // eslint-disable-next-line react-hooks/incompatible-library -- this component is rendered afresh with every line anyway
  const rows = useVirtualizer({
    count,
    getScrollElement: () => viewport.current,
    estimateSize: () => 20,
    overscan: 20,
  });
  useEffect(() => {
    if (follow && count > 0) rows.scrollToIndex(count - 1, { align: 'end' });
  }, [follow, count, rows]);

  const onScroll = (): void => {
    const element = viewport.current;
    if (!element || !onFollow) return;
    const atEnd = element.scrollHeight - element.scrollTop - element.clientHeight < 24;
    // Growing content also fires this; only a move upwards means that the person wants to read.
    if (element.scrollTop < lastTop.current - 4 && !atEnd) onFollow(false);
    else if (atEnd && !follow) onFollow(true);
    lastTop.current = element.scrollTop;
  };

  return (
    <div
      ref={viewport}
      className="lines"
      role="log"
      aria-label={label}
      aria-live="off"
      tabIndex={0}
      style={height === undefined ? { flex: 1 } : { height }}
      onScroll={onScroll}
    >
      <div style={{ height: rows.getTotalSize(), position: 'relative' }}>
        {rows.getVirtualItems().map((row) => (
          <div
            key={row.key}
            ref={rows.measureElement}
            data-index={row.index}
            className="line"
            style={{ transform: `translateY(${row.start}px)` }}
          >
            {line(row.index)}
          </div>
        ))}
      </div>
    </div>
  );
}
