import { useVirtualizer } from '@tanstack/react-virtual';
import { type KeyboardEvent, type ReactNode, useId, useRef } from 'react';

interface NameListProps {
  label: string;
  names: readonly string[];
  chosen: string | undefined;
  onChoose: (name: string) => void;
}

const rowHeight = 28;
const steps: Readonly<Record<string, number>> = { ArrowDown: 1, ArrowUp: -1, PageDown: 12, PageUp: -12, Home: -Infinity, End: Infinity };

/** A list to choose from, of which only the visible part exists: thousands of tags scroll as ten do. */
export function NameList({ label, names, chosen, onChoose }: NameListProps): ReactNode {
  const viewport = useRef<HTMLDivElement>(null);
  const id = useId();
  // eslint-disable-next-line react-hooks/incompatible-library -- rendered afresh with every choice anyway
  const rows = useVirtualizer({ count: names.length, getScrollElement: () => viewport.current, estimateSize: () => rowHeight, overscan: 10 });
  const at = chosen === undefined ? -1 : names.indexOf(chosen);
  const onKeyDown = (event: KeyboardEvent): void => {
    const step = steps[event.key];
    if (step === undefined || names.length === 0) return;
    event.preventDefault();
    const next = Math.min(names.length - 1, Math.max(0, at + step));
    rows.scrollToIndex(next);
    const name = names[next];
    if (name !== undefined) onChoose(name);
  };
  return (
    <div
      ref={viewport}
      className="name-list"
      role="listbox"
      aria-label={label}
      tabIndex={0}
      onKeyDown={onKeyDown}
      {...(at >= 0 ? { 'aria-activedescendant': `${id}-${at}` } : {})}
    >
      {names.length === 0 ? <div className="name-list-none">None</div> : null}
      <div style={{ height: rows.getTotalSize(), position: 'relative' }}>
        {rows.getVirtualItems().map(({ index, key, start }) => {
          const name = names[index] ?? '';
          return (
            <div
              key={key}
              id={`${id}-${index}`}
              role="option"
              aria-selected={index === at}
              aria-setsize={names.length}
              aria-posinset={index + 1}
              className="name-list-row"
              style={{ transform: `translateY(${start}px)`, height: rowHeight }}
              onClick={() => onChoose(name)}
            >
              {name}
            </div>
          );
        })}
      </div>
    </div>
  );
}
