const pattern =
  /^(\d{4})-(\d{1,2})-(\d{1,2})(?:[Tt](\d{1,2}):(\d{1,2}):(\d{1,2})(?:\.(\d+))?(Z|[-+]\d{2}:\d{2})| (\d{1,2}):(\d{1,2}):(\d{1,2})(?:\.(\d+))?)?$/;

/** A date or moment that was written without quotes. YAML gives these a type of their own, which no attribute takes. */
export class Timestamp {
  readonly text: string;

  private constructor(text: string) {
    this.text = text;
  }

  /** The moment that `text` writes, or undefined. */
  static parse(text: string): Timestamp | undefined {
    const match = pattern.exec(text);
    if (!match) return undefined;
    const [, year = '', month = '', day = '', ...clock] = match;
    const [hour = '0', minute = '0', second = '0', fraction = '', zone = 'Z'] =
      clock[0] === undefined ? clock.slice(5) : clock;
    const two = (part: string): string => part.padStart(2, '0');
    const date = `${year}-${two(month)}-${two(day)}`;
    const time = `${two(hour)}:${two(minute)}:${two(second)}`;
    const moment = new Date(`${date}T${time}Z`);
    if (Number.isNaN(moment.getTime()) || moment.toISOString().slice(0, 10) !== date) return undefined;
    const digits = fraction.replace(/0+$/, '');
    return new Timestamp(`${date}T${time}${digits && `.${digits}`}${zone}`);
  }

  toJSON(): string {
    return this.text;
  }
}
