-- R-20: credit that was given stands as it was given; only why can be erased (F-27).
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OF "facilityId", "patientId", "amountMinor", currency, by, at ON "Credit"
  FOR EACH ROW EXECUTE FUNCTION holdfast_append_only();
CREATE TRIGGER append_only_truncate BEFORE TRUNCATE ON "Credit" EXECUTE FUNCTION holdfast_append_only();
