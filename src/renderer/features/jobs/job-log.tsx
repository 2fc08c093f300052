import type { ReactNode } from 'react';
import type { Job } from '../../../shared/models/job.ts';
import { LineList } from '../../ui/line-list.tsx';

/** What the job wrote while it worked, newest at the end. */
export function JobLog({ log }: { log: Job['log'] }): ReactNode {
  return (
    <LineList
      label="Log of the job"
      count={log.length}
      follow
      height={Math.min(240, log.length * 20 + 10)}
      line={(index) => {
        const entry = log[index];
        return entry ? (
          <span className="log-line" data-level={entry.level}>
            <span className="log-time">{new Date(entry.at).toLocaleTimeString('en-GB')}</span>
            {entry.source ? <span className="log-source">{entry.source}</span> : null}
            <span>{entry.text}</span>
          </span>
        ) : null;
      }}
    />
  );
}
