import { type CountryCode, isSupportedCountry, parsePhoneNumberFromString } from 'libphonenumber-js/max';

/**
 * A mobile number as E.164, or undefined if it is none: texts and calls at short notice must reach the patient. Where a
 * country does not tell mobile numbers from others by their digits, any of its numbers counts. `country`: how national
 * numbers are read; empty: only numbers with + are.
 */
export function mobileNumber(text: string, country: string): string | undefined {
  const found = parsePhoneNumberFromString(text, isSupportedCountry(country) ? (country as CountryCode) : undefined);
  if (!found?.isValid()) return undefined;
  const type = found.getType();
  return type === 'MOBILE' || type === 'FIXED_LINE_OR_MOBILE' ? found.number : undefined;
}

/** For people: `+44 7400 123456`. */
export function formatPhone(number: string): string {
  return parsePhoneNumberFromString(number)?.formatInternational() ?? number;
}
