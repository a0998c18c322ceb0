/* Stands in for Windows 10's own icuuc.dll, which Wine 8 lacks, so that Qt6Core loads there.
   Qt asks it only for converters by name (GBK, Big5); each is answered "there is none" (U_FILE_ACCESS_ERROR).
   For the Wine of the tests only, never shipped. */
#define EXPORT __declspec(dllexport)
enum { NO_ANSWER = 1, NOT_FOUND = 4 };

EXPORT void *ucnv_open(const char *name, int *error) { (void)name; if (error) *error = NOT_FOUND; return 0; }
EXPORT void ucnv_close(void *converter) { (void)converter; }
EXPORT void ucnv_reset(void *converter) { (void)converter; }
EXPORT signed char ucnv_getMaxCharSize(void *converter) { (void)converter; return 1; }
EXPORT const char *ucnv_getName(void *converter, int *error) { (void)converter; if (error) *error = NO_ANSWER; return 0; }
EXPORT const char *ucnv_getStandardName(const char *name, const char *standard, int *error)
{ (void)name; (void)standard; if (error) *error = NO_ANSWER; return 0; }
EXPORT const char *ucnv_getAvailableName(int index) { (void)index; return 0; }
EXPORT int ucnv_countAvailable(void) { return 0; }
EXPORT int ucnv_toUCountPending(void *converter, int *error) { (void)converter; if (error) *error = NO_ANSWER; return 0; }
/* Never reached without a converter. */
EXPORT void UCNV_FROM_U_CALLBACK_SUBSTITUTE(void) {}
EXPORT void UCNV_TO_U_CALLBACK_SUBSTITUTE(void) {}
EXPORT void ucnv_getToUCallBack(void) {}
EXPORT void ucnv_getFromUCallBack(void) {}
EXPORT void ucnv_setToUCallBack(void) {}
EXPORT void ucnv_setFromUCallBack(void) {}
EXPORT void ucnv_cbToUWriteUChars(void) {}
EXPORT void ucnv_cbFromUWriteUChars(void) {}
EXPORT void ucnv_toUnicode(void) {}
EXPORT void ucnv_fromUnicode(void) {}
