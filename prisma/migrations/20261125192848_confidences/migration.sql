-- CreateTable
CREATE TABLE "Confidence" (
    "id" UUID NOT NULL DEFAULT uuidv7(),
    "facilityId" UUID NOT NULL,
    "blockId" UUID NOT NULL,
    "predictor" TEXT NOT NULL,
    "confidence" DOUBLE PRECISION NOT NULL,
    "intervals" JSONB,
    "asOf" TIMESTAMPTZ(3) NOT NULL,
    "by" JSONB NOT NULL,
    "recordedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "Confidence_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "Confidence_blockId_asOf_id_idx" ON "Confidence"("blockId", "asOf", "id");

-- AddForeignKey
ALTER TABLE "Confidence" ADD CONSTRAINT "Confidence_blockId_fkey" FOREIGN KEY ("blockId") REFERENCES "Block"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- What was said stays said.
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON "Confidence" FOR EACH ROW EXECUTE FUNCTION holdfast_append_only();
CREATE TRIGGER append_only_truncate BEFORE TRUNCATE ON "Confidence" EXECUTE FUNCTION holdfast_append_only();
ALTER TABLE "Confidence" ADD CONSTRAINT "Confidence_in_range" CHECK (confidence >= 0 AND confidence <= 1);
