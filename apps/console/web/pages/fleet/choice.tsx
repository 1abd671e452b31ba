/** One of a few, under its label. */
interface ChoiceProps {
  readonly label: string;
  readonly value: string;
  readonly options: readonly (readonly [value: string, name: string])[];
  readonly put: (value: string) => void;
}

export const Choice = ({ label, value, options, put }: ChoiceProps) => (
  <label class="choice">
    <span class="small muted">{label}</span>
    <select value={value} onChange={({ currentTarget }) => put(currentTarget.value)}>
      {options.map(([option, name]) => (
        <option key={option} value={option}>
          {name}
        </option>
      ))}
    </select>
  </label>
);
