#include <newswire/base.h>
