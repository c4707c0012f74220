/** Calls to `/api`, and what it says when it refuses. */

/** An answer that isn't a success; `status` 0 means that there was none. */
export class ApiError extends Error {
  /** `fields`: what is wrong with each field, as `{name: [words, …]}`; `general`: what is wrong as a whole. */
  constructor({ status, general = [], fields = {}, code }) {
    super(general[0] ?? `status ${status}`);
    this.status = status;
    this.general = general;
    this.fields = fields;
    this.code = code;
  }
}

const UNREACHABLE = 'The server can’t be reached. Check your connection and try again.';
const BROKEN = 'Something went wrong on the server. Try again in a moment.';

/** Posts JSON to a path below `/api`; gives the answer's JSON, or null where it has none. Throws an `ApiError`. */
export async function post(path, body) {
  let response;
  let text;
  try {
    response = await fetch(`/api${path}`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
      cache: 'no-store',
      credentials: 'omit',
      redirect: 'error',
    });
    text = await response.text();
  } catch {
    throw new ApiError({ status: 0, general: [UNREACHABLE] });
  }
  const answer = parsed(text);
  if (response.ok) return answer;
  throw refusal(response.status, answer);
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** The server's errors have the shapes of Django REST framework: `{detail}`, `{error}`, or `{field: [words, …]}`. */
function refusal(status, answer) {
  if (answer === null || typeof answer !== 'object') return new ApiError({ status, general: [BROKEN] });
  const { detail, error, code, non_field_errors: whole, ...rest } = answer;
  const fields = Object.fromEntries(Object.entries(rest).filter(([, words]) => Array.isArray(words)));
  const general = [detail, error, ...(whole ?? [])].filter((words) => typeof words === 'string');
  if (general.length === 0 && Object.keys(fields).length === 0) general.push(BROKEN);
  return new ApiError({ status, general, fields, code });
}
