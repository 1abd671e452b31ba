/**
 * How a port's contract is written down: a list of named cases that throw when broken. The tests run them over every
 * adapter, `pitlane doctor` runs them over a customer's own stores. Nothing here knows a test framework.
 */
export interface ContractCase<Subject> {
  /** A sentence: "refuses a second create of one name". */
  readonly name: string;
  run(subject: Subject): Promise<void>;
}
